export const b = ((x: string) => x)('b');
