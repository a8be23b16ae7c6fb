import { handleSighting } from '../../corridor/handle-sighting.ts';
import { handleSmoke } from '../../fire/handle-smoke.ts';
import { type Route, route } from '../intake.ts';

/** Danger, or what may become one. */
export const alarmRoutes: readonly Route[] = [
  route('sensor', 'smoke-change', handleSmoke),
  route('sensor', 'corridor-sighting', handleSighting),
];
