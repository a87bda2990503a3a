// Package market is «xúc tiến thương mại, kết nối cung - cầu»: offers, demands, and the one
// plan that joins them at the highest gain, with its proof and its reasons. It owns the
// tables market_*; shop, zones and chains may call it. It is not a shop and takes no
// orders: a plan's line is a proposal.
package market
