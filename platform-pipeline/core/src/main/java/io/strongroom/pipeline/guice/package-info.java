/** The Guice module of the pipeline library; everything works without it. */
@NullMarked
package io.strongroom.pipeline.guice;

import org.jspecify.annotations.NullMarked;
