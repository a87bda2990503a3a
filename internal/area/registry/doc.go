// Package registry is who there is: cooperatives, unions, groups, credit funds,
// enterprises, households and agencies, with the person to call, where they are and which
// papers they hold. It is not membership (dues, benefits) and not the market; later areas
// show themselves on an organisation's page through a Panel.
package registry
