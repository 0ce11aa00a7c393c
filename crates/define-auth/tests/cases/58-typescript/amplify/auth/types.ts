export interface Foo { a: string }
export type Bar = { s: string };
export const value = 7;
