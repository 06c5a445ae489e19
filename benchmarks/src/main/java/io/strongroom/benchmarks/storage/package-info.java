/** Benchmarks of platform-storage beside its competitors. */
@NullMarked
package io.strongroom.benchmarks.storage;

import org.jspecify.annotations.NullMarked;
