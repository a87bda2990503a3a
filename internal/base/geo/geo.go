// Package geo is points on the earth and the distance between them. It is not a map and
// knows no roads: base/picture draws, area/places turns distances into road kilometres.
package geo

import (
	"fmt"
	"math"
)

// Point is a place in millionths of a degree (0.1 m). The zero Point means "not known":
// it lies in the Atlantic, where the alliance has no members.
type Point struct{ LatE6, LonE6 int64 }

// Degrees makes a Point from decimal degrees.
func Degrees(lat, lon float64) Point {
	return Point{int64(math.Round(lat * 1e6)), int64(math.Round(lon * 1e6))}
}

// Known says whether the point is one, and on the earth.
func (p Point) Known() bool {
	return p != Point{} && p.LatE6 >= -90e6 && p.LatE6 <= 90e6 && p.LonE6 >= -180e6 && p.LonE6 <= 180e6
}

// String is latitude, longitude in degrees.
func (p Point) String() string {
	return fmt.Sprintf("%.6f, %.6f", float64(p.LatE6)/1e6, float64(p.LonE6)/1e6)
}

const meanRadiusKm = 6371.0088

// Km is the great-circle distance, rounded to the metre. The haversine formula is exact
// for near points; the conversions to float64 forbid fused multiply-add, and the rounding
// hides the last bits, so that every processor gives the same number.
func Km(a, b Point) float64 {
	const rad = math.Pi / 180 / 1e6
	la, lb := float64(float64(a.LatE6)*rad), float64(float64(b.LatE6)*rad)
	dLat := math.Sin(float64(float64(b.LatE6-a.LatE6)*rad) / 2)
	dLon := math.Sin(float64(float64(b.LonE6-a.LonE6)*rad) / 2)
	h := float64(dLat*dLat) + float64(float64(math.Cos(la)*math.Cos(lb))*float64(dLon*dLon))
	km := 2 * meanRadiusKm * math.Asin(math.Sqrt(min(1, max(0, h))))
	return math.Round(km*1000) / 1000
}
