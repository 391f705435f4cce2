/** A picture in memory: three bytes (red, green, blue) for every pixel, line after line from the top left. What was transparent is not kept apart. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A picture of one colour. */
export function blank(width: number, height: number, color: Color = [255, 255, 255]): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(color, at);
  return { width, height, pixels };
}

/** Red, green and blue, from 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

/** A part of a picture, in pixels from the top left. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The same picture with a part of it painted over, as far as the part lies inside. */
export function painted(picture: Picture, box: Box, color: Color): Picture {
  const pixels = picture.pixels.slice();
  const [right, bottom] = [Math.min(box.x + box.width, picture.width), Math.min(box.y + box.height, picture.height)];
  for (let y = Math.max(0, box.y); y < bottom; y++)
    for (let x = Math.max(0, box.x); x < right; x++) pixels.set(color, (y * picture.width + x) * 3);
  return { ...picture, pixels };
}
