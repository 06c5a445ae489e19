/** Benchmarks of platform-crypto beside the limit of the machine and its competitors. */
@NullMarked
package io.strongroom.benchmarks.crypto;

import org.jspecify.annotations.NullMarked;
