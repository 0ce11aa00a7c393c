export { auth } from './other';
