import { theme as antd, type MappingAlgorithm, type ThemeConfig } from 'antd';

/** The two appearances a page can have; "system" is resolved before it gets here. */
export type Appearance = 'light' | 'dark';

const light = {
  bg: '#f5f6f8',
  panel: '#ffffff',
  line: '#e3e6ea',
  'line-strong': '#8d96a5',
  text: '#1b2230',
  quiet: '#5d6675',
  faint: '#a3abb8',
  hover: '#f2f4f7',
  accent: '#0b6b66',
  'accent-hover': '#095a56',
  'accent-soft': '#e3f2f1',
  'on-accent': '#ffffff',
  ok: '#1d7f4f',
  warn: '#9a5b00',
  error: '#cf3c17',
  'error-strong': '#b83210',
  'error-soft': '#fff4f2',
  'error-line': '#f3bfb2',
  progress: '#0a57c2',
  add: '#0a57c2',
  'add-soft': '#e7f0fd',
  update: '#6d7378',
  'update-strong': '#565c61',
  'update-soft': '#eeeff1',
  delete: '#cf3c17',
  'delete-soft': '#fdebe6',
  conflict: '#3c0c4c',
  'conflict-soft': '#f4ebf7',
  'on-conflict': '#ffffff',
  plus: '#187346',
  minus: '#c13411',
  mask: 'rgb(27 34 48 / 28%)',
  toast: '#1b2230',
  'toast-text': '#ffffff',
  'toast-link': '#8fb4ff',
  shadow: 'rgb(27 34 48 / 10%)',
  'group-blue': '#3b6fb6',
  'group-green': '#1d7f4f',
  'group-amber': '#a96400',
  'group-purple': '#7b3fb0',
  'group-teal': '#0f7a80',
  'group-rose': '#a8327a',
  'group-slate': '#5d6675',
  'group-brown': '#8a5a2b',
  'on-group': '#ffffff',
} as const;

/** Every colour of the app by its role. In style sheets it is `var(--tb-<role>)`. */
export type ColorRole = keyof typeof light;
type Palette = Readonly<Record<ColorRole, string>>;

const dark: Palette = {
  bg: '#12161c',
  panel: '#1b212b',
  line: '#303846',
  'line-strong': '#78849a',
  text: '#e8ecf2',
  quiet: '#a3aebf',
  faint: '#667184',
  hover: '#252d39',
  accent: '#4fb8b0',
  'accent-hover': '#6ccac3',
  'accent-soft': '#153532',
  'on-accent': '#06201e',
  ok: '#5fc58c',
  warn: '#e5ac4d',
  error: '#ff8a6b',
  'error-strong': '#ffa189',
  'error-soft': '#33201c',
  'error-line': '#7c4032',
  progress: '#7fb2ff',
  add: '#69a5ff',
  'add-soft': '#1a2c4a',
  update: '#81888e',
  'update-strong': '#c3c9d0',
  'update-soft': '#2b323d',
  delete: '#f16c3c',
  'delete-soft': '#3b221b',
  conflict: '#fdfaff',
  'conflict-soft': '#35213f',
  'on-conflict': '#2a0d36',
  plus: '#5fc58c',
  minus: '#ff8a6b',
  mask: 'rgb(0 0 0 / 50%)',
  toast: '#e8ecf2',
  'toast-text': '#1b2230',
  'toast-link': '#0a4fb3',
  shadow: 'rgb(0 0 0 / 40%)',
  'group-blue': '#86aee6',
  'group-green': '#69c295',
  'group-amber': '#e0a550',
  'group-purple': '#c39aea',
  'group-teal': '#5cc0c9',
  'group-rose': '#ec8cb3',
  'group-slate': '#9aa5b6',
  'group-brown': '#cf9f6f',
  'on-group': '#141a22',
};

/** Every colour of both appearances. */
export const palettes: Readonly<Record<Appearance, Palette>> = { light, dark };

/** Inter for Latin text, then each system's own Chinese face. */
export const fontFamily =
  "'Inter Variable', 'PingFang SC', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', system-ui, sans-serif";

/** The colours a group can have, as the class file stores them, each with its role here, so that the dark theme shows it lighter. */
export const groupColors = [
  { stored: '#3b6fb6', name: 'blue' },
  { stored: '#1d7f4f', name: 'green' },
  { stored: '#b36b00', name: 'amber' },
  { stored: '#7b3fb0', name: 'purple' },
  { stored: '#0f7a80', name: 'teal' },
  { stored: '#a8327a', name: 'rose' },
  { stored: '#5d6675', name: 'slate' },
  { stored: '#8a5a2b', name: 'brown' },
] as const;

/** A colour to fill with and the colour of text on it, both as style-sheet values. */
export interface Fill {
  readonly fill: string;
  readonly on: string;
}

/** The colours of a group. One from elsewhere is taken as it is; whatever is no colour counts as none, so nothing from a server reaches a style. */
export function groupFill(color: string | null | undefined): Fill {
  const known = groupColors.find((choice) => choice.stored === color?.toLowerCase());
  if (known !== undefined) return { fill: `var(--tb-group-${known.name})`, on: 'var(--tb-on-group)' };
  if (color === null || color === undefined || !/^#[0-9a-f]{6}$/i.test(color))
    return { fill: 'var(--tb-group-slate)', on: 'var(--tb-on-group)' };
  return { fill: color, on: isLight(color) ? light.text : light['on-group'] };
}

/** A steady colour for something without one, so that a card is found again by it. */
export function steadyFill(id: string): Fill {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return groupFill(groupColors[sum % 5]?.stored);
}

/** Whether dark text reads better on a colour than white text: the WCAG luminance where both are equal is 0.179. */
function isLight(color: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}

/** Puts the colours of an appearance on the document, for every style sheet. */
export function applyAppearance(appearance: Appearance): void {
  const root = document.documentElement;
  for (const [role, value] of Object.entries(palettes[appearance])) root.style.setProperty(`--tb-${role}`, value);
  root.style.setProperty('--tb-font', fontFamily);
  root.style.colorScheme = appearance;
  root.dataset['appearance'] = appearance;
}

/** The last word on the colours that antd's algorithms would shade: contrast was chosen here, not there. */
function exactly(color: Palette): MappingAlgorithm {
  return (_seed, map) => ({
    ...(map ?? antd.defaultAlgorithm(antd.defaultSeed)),
    colorPrimary: color.accent,
    colorPrimaryHover: color['accent-hover'],
    colorPrimaryActive: color['accent-hover'],
    colorPrimaryText: color.accent,
    colorPrimaryBg: color['accent-soft'],
    colorPrimaryBgHover: color['accent-soft'],
    colorPrimaryBorder: color.accent,
    colorLink: color.accent,
    colorLinkHover: color['accent-hover'],
    colorLinkActive: color['accent-hover'],
    colorError: color.error,
    colorErrorHover: color['error-strong'],
    colorErrorActive: color['error-strong'],
    colorErrorText: color['error-strong'],
    colorErrorBg: color['error-soft'],
    colorErrorBorder: color['error-line'],
    colorSuccess: color.ok,
    colorWarning: color.warn,
    colorInfo: color.progress,
  });
}

/** antd's tokens for an appearance, set once for the whole page. `touch`: the page is used with fingers, and controls are as high as those. */
export function antdTheme(appearance: Appearance, touch = false): ThemeConfig {
  const color = palettes[appearance];
  return {
    algorithm: [appearance === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm, exactly(color)],
    hashed: false,
    token: {
      fontFamily,
      fontSize: 14,
      lineHeight: 20 / 14,
      borderRadius: 8,
      borderRadiusLG: 12,
      controlHeight: touch ? 44 : 36,
      controlHeightLG: touch ? 48 : 44,
      ...(touch ? { controlHeightSM: 36 } : {}),
      motion: false,
      colorPrimary: color.accent,
      colorInfo: color.progress,
      colorSuccess: color.ok,
      colorWarning: color.warn,
      colorError: color.error,
      colorLink: color.accent,
      colorLinkHover: color['accent-hover'],
      colorText: color.text,
      colorTextSecondary: color.quiet,
      colorTextTertiary: color.quiet,
      colorTextDescription: color.quiet,
      colorTextPlaceholder: color.quiet,
      colorTextLightSolid: color['on-accent'],
      colorBgBase: color.panel,
      colorBgLayout: color.bg,
      colorBgContainer: color.panel,
      colorBgElevated: color.panel,
      colorBorder: color['line-strong'],
      colorBorderSecondary: color.line,
      colorBorderDisabled: color.line,
      colorSplit: color.line,
      colorBgMask: color.mask,
      controlOutlineWidth: 2,
    },
    components: {
      Button: {
        fontWeight: 600,
        defaultBorderColor: color.line,
        defaultShadow: 'none',
        primaryShadow: 'none',
        dangerShadow: 'none',
        defaultHoverBg: color.hover,
        defaultHoverColor: color.text,
        defaultHoverBorderColor: color.line,
        colorPrimaryHover: color['accent-hover'],
        colorPrimaryActive: color['accent-hover'],
        dangerColor: color['on-accent'],
      },
      Form: { verticalLabelPadding: '0 0 4px', itemMarginBottom: 16 },
      // A target is at least 24 pixels high.
      Switch: touch
        ? { trackHeight: 32, trackMinWidth: 60, handleSize: 28 }
        : { trackHeight: 24, trackMinWidth: 44, handleSize: 20 },
      Tooltip: { colorBgSpotlight: color.toast, colorTextLightSolid: color['toast-text'] },
      Segmented: { itemSelectedBg: color.panel, trackBg: color.hover },
    },
  };
}
