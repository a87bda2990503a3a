// Package places is where things are: every province, district and commune of Việt Nam
// with its days of validity, who succeeded whom on 2025-07-01, and how far a lorry drives
// between two of them. It is not a register of addresses and draws no map.
//
// A code is not an identity: 05047 is xã Thanh Cao until 2025-06-30 and xã Cao Dương from
// 2025-07-01. A unit's key is therefore its code and the border system it belongs to
// ("05047@2023", "05047@2025"), and every look-up by name or code takes a day. The two
// systems are those of the lists that were in force in 2023 and from 2025-07-01; the
// first day of the older units is not in the sources and stays unknown (From is 0).
//
// Everything is embedded; nothing here needs a database.
package places

//go:generate go run pack.go
