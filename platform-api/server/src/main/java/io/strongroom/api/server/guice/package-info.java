/** The Guice module of the API's handlers; the only package here that needs Guice. */
@NullMarked
package io.strongroom.api.server.guice;

import org.jspecify.annotations.NullMarked;
