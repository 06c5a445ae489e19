/**
 * The transaction lake: one command that takes a CSV of transactions through bronze, silver and
 * quarantine to month-end balances in gold, encrypted, published in one step and audited.
 */
@NullMarked
package io.strongroom.examples.lake;

import org.jspecify.annotations.NullMarked;
