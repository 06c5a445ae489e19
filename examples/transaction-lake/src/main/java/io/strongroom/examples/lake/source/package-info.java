/** The source files: their columns, how they are checked and read, and how samples are made. */
@NullMarked
package io.strongroom.examples.lake.source;

import org.jspecify.annotations.NullMarked;
