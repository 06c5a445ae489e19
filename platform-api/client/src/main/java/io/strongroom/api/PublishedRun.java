package io.strongroom.api;

import java.time.Instant;

/**
 * A run in the list of what a pipeline has published.
 *
 * @param run id of the run
 * @param publication number of the publication that made it live
 * @param publishedAt when that was
 */
public record PublishedRun(String run, long publication, Instant publishedAt) {}
