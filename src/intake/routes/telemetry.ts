import { handleAcknowledgement, handleGatePass, takeNewest } from '../handle-observations.ts';
import { type Route, route } from '../intake.ts';
import { accessRoutes } from './access.ts';
import { alarmRoutes } from './alarm.ts';
import { chargingRoutes } from './charging.ts';

/** Nobody waits. A message that took the slow way although it is urgent is still served. */
export const telemetryRoutes: readonly Route[] = [
  ...accessRoutes,
  ...chargingRoutes,
  ...alarmRoutes,
  route('reader', 'command-acknowledgement', handleAcknowledgement),
  route('door-board', 'command-acknowledgement', handleAcknowledgement),
  route('door-gateway', 'command-acknowledgement', handleAcknowledgement),
  route('reader', 'health', takeNewest),
  route('sensor', 'health', takeNewest),
  route('door-gateway', 'health', takeNewest),
  route('sensor', 'bay-change', takeNewest),
  route('sensor', 'gate-pass', handleGatePass),
];
