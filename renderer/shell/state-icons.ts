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
import type { BadgeState } from './badge-state.ts';

/** The icon of each state, the same in the rail, on the card and wherever else it is shown: no state is told by its colour alone. */
export const stateIcons = {
  'only-here': LaptopOutlined,
  'not-answering': LoadingOutlined,
  syncing: LoadingOutlined,
  checking: LoadingOutlined,
  'password-missing': KeyOutlined,
  'password-refused': KeyOutlined,
  failed: CloseCircleOutlined,
  overdue: HistoryOutlined,
  offline: DisconnectOutlined,
  halted: CloseCircleOutlined,
  'needs-you': SwapOutlined,
  cancelled: ClockCircleOutlined,
  stopped: CloseCircleOutlined,
  waiting: ClockCircleOutlined,
  'to-get': ClockCircleOutlined,
  'left-out': MinusCircleOutlined,
  'all-safe': CheckCircleOutlined,
  'never-synced': MinusCircleOutlined,
} satisfies Record<BadgeState['kind'], unknown>;
