import { type Route, route } from '../intake.ts';
import { takeAcknowledgement, takeGatePass, takeNewest } from '../take-observations.ts';
import { accessRoutes } from './access.ts';
import { alarmRoutes } from './alarm.ts';
import { chargingRoutes } from './charging.ts';

/** Nobody waits. A message that took the slow way although it is urgent is still served. */
export const telemetryRoutes: readonly Route[] = [
  ...accessRoutes,
  ...chargingRoutes,
  ...alarmRoutes,
  route('reader', 'command-acknowledgement', takeAcknowledgement),
  route('door-board', 'command-acknowledgement', takeAcknowledgement),
  route('door-gateway', 'command-acknowledgement', takeAcknowledgement),
  route('reader', 'health', takeNewest),
  route('sensor', 'health', takeNewest),
  route('door-gateway', 'health', takeNewest),
  route('sensor', 'bay-change', takeNewest),
  route('sensor', 'gate-pass', takeGatePass),
];
