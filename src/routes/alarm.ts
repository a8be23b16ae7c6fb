import { takeSighting } from '../corridor/take-sighting.ts';
import { type Route, route } from '../devices/intake.ts';
import { takeSmoke } from '../fire/take-smoke.ts';

/** Danger, or what may become one. */
export const alarmRoutes: readonly Route[] = [
  route('sensor', 'smoke-change', takeSmoke),
  route('sensor', 'corridor-sighting', takeSighting),
];
