import { randomSessions } from './random-sessions.ts';

randomSessions(2);
