import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How long every log is kept: China's Cybersecurity Law, article 21, asks for six months at least. */
export const keptLogs = RetentionDays.SIX_MONTHS;
