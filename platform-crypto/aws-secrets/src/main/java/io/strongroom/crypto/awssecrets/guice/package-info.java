/**
 * Guice module over the secrets of AWS Secrets Manager. Guice is an optional dependency: nothing
 * outside this package needs it.
 */
@NullMarked
package io.strongroom.crypto.awssecrets.guice;

import org.jspecify.annotations.NullMarked;
