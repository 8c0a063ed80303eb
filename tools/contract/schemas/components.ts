import * as z from 'zod';

/** Schemas that stand under a name of their own in the documents; whatever uses one refers to it. */
export const components = z.registry<{ readonly id: string }>();
