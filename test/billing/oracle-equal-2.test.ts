import { randomCharges } from './random-charges.ts';

randomCharges(2);
