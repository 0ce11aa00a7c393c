export const c = 'c' as const;
