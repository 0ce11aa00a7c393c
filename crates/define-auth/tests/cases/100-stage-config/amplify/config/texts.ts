export const words = { subject: 'Confirm your address' } as const;
export function mail(name: string, code: () => string): string {
  return [`<h1>${name}</h1>`, `<p>Your code: <b>${code()}</b></p>`].join('\n');
}
