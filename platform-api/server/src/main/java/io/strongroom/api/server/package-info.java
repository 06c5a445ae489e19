/**
 * The server side of the API without a server: handlers that turn a request into a response, for
 * whatever HTTP shell stands before them.
 */
@NullMarked
package io.strongroom.api.server;

import org.jspecify.annotations.NullMarked;
