/** The client of the Strongroom API: what a pipeline has published, asked over HTTP. */
@NullMarked
package io.strongroom.api;

import org.jspecify.annotations.NullMarked;
