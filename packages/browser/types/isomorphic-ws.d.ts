/**
 * `isomorphic-ws` as a browser sees it: the native class, or null where there is none.
 *
 * The package's own types are those of `ws`, which would bring Node's globals into browser code.
 */
declare const WebSocketConstructor: typeof WebSocket | null;
export default WebSocketConstructor;
