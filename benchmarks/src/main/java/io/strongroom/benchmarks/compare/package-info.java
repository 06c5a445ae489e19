/** Runs the comparison set and writes its table: {@code benchmarks/compare}. */
@NullMarked
package io.strongroom.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
