/**
 * Guice modules over platform-crypto. Guice is an optional dependency: nothing outside this package
 * needs it.
 */
@NullMarked
package io.strongroom.crypto.guice;

import org.jspecify.annotations.NullMarked;
