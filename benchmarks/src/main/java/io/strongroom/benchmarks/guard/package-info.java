/** Keeps hot paths from getting slower or allocating more unnoticed. */
@NullMarked
package io.strongroom.benchmarks.guard;

import org.jspecify.annotations.NullMarked;
