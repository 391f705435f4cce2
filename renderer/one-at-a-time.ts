/** A reading of which one is under way at a time. Any number of wishes meanwhile make one more, and all of them end with it. */
export function oneAtATime(read: () => Promise<void>): () => Promise<void> {
  let reading: Promise<void> | null = null;
  let again = false;
  const readWhileWished = async (): Promise<void> => {
    try {
      do {
        again = false;
        await read();
      } while (again);
    } finally {
      reading = null;
    }
  };
  return () => {
    again = reading !== null;
    reading ??= readWhileWished();
    return reading;
  };
}
