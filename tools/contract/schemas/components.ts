import * as z from 'zod';

/** Schemas with their own name in the documents. Others refer to them. */
export const components = z.registry<{ readonly id: string }>();
