import * as z from 'zod/mini';

/** Chinese and English, for people. */
export const nameSchema = z.object({
  zh: z.string().check(z.minLength(1), z.maxLength(100)),
  en: z.string().check(z.minLength(1), z.maxLength(100)),
});

export type Name = z.infer<typeof nameSchema>;
