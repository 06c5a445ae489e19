/** From received file to validated transactions: rules, row hashes, schemas and the run's step. */
@NullMarked
package io.strongroom.examples.lake.transactions;

import org.jspecify.annotations.NullMarked;
