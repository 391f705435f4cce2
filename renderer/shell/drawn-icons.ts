import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  DisconnectOutlined,
  HistoryOutlined,
  KeyOutlined,
  LaptopOutlined,
  LoadingOutlined,
  MinusCircleOutlined,
  SwapOutlined,
} from '@ant-design/icons';
import type { StateIcon } from '../../shared/sync/badge-state.ts';

/** How each icon of a state is drawn in the page; the tray draws the same outlines. */
export const drawnIcons = {
  laptop: LaptopOutlined,
  turning: LoadingOutlined,
  key: KeyOutlined,
  cross: CloseCircleOutlined,
  history: HistoryOutlined,
  'cut-off': DisconnectOutlined,
  exchange: SwapOutlined,
  clock: ClockCircleOutlined,
  minus: MinusCircleOutlined,
  tick: CheckCircleOutlined,
} satisfies Record<StateIcon, unknown>;
