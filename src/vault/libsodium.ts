import libsodium from 'libsodium-wrappers-sumo';

/** A part of its own in the build: it is large, and few runs need it. */
export { libsodium };
