/** From published transactions to the balance of each account at each month's end. */
@NullMarked
package io.strongroom.examples.lake.balances;

import org.jspecify.annotations.NullMarked;
