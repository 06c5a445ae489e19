/**
 * Pipelines of steps, run so that what a run wrote becomes visible at once or not at all.
 *
 * <p>{@link io.strongroom.pipeline.PipelineRunner} is the way in.
 */
@NullMarked
package io.strongroom.pipeline;

import org.jspecify.annotations.NullMarked;
