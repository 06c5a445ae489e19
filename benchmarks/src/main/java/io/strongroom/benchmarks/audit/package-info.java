/** Benchmarks of platform-audit beside what teams write by hand. */
@NullMarked
package io.strongroom.benchmarks.audit;

import org.jspecify.annotations.NullMarked;
