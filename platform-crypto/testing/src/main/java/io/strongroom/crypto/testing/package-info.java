/** Doubles of platform-crypto's ports, for tests of applications. Not for production. */
@NullMarked
package io.strongroom.crypto.testing;

import org.jspecify.annotations.NullMarked;
