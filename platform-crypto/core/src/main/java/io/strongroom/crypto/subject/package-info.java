/**
 * Crypto-shredding: fields sealed under a key of the person they are about, erased by destroying
 * that key.
 */
@NullMarked
package io.strongroom.crypto.subject;

import org.jspecify.annotations.NullMarked;
