export const named: string = 'named';
export default 'def';
