/**
 * Schemas of datasets: their fields and how sensitive those are, what a change of them means, and
 * the history of the schemas of a dataset.
 */
@NullMarked
package io.strongroom.storage.schema;

import org.jspecify.annotations.NullMarked;
