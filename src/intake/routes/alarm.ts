import { takeSighting } from '../../corridor/take-sighting.ts';
import { takeSmoke } from '../../fire/take-smoke.ts';
import { type Route, route } from '../intake.ts';

/** Danger, or what may become one. */
export const alarmRoutes: readonly Route[] = [
  route('sensor', 'smoke-change', takeSmoke),
  route('sensor', 'corridor-sighting', takeSighting),
];
