export * from './more.js';
export { default } from './more';
