// Package catalog is what is sold: the commodities with their seasons, shelf life and
// usual prices, the names and units that people use for them, the papers that buyers ask
// for, and what a lorry costs. It is not a price service and decides nothing about a
// plan: a price that nobody has recorded is missing here and stays missing.
//
// The lists are embedded (data/*.csv) and each figure in them carries its source; the
// dated reference prices and parameters that officers enter are in the tables
// catalog_price and catalog_param.
package catalog
