package main

import (
	"net/netip"
	"strings"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/notify"
)

// careFlags say how a site looks after itself: backups and mail. Both serve and work take
// them, for either may be the process that does it.
type careFlags struct {
	Backups  string         `help:"${cmd_care_backups}" placeholder:"DIR"`
	BackupAt string         `help:"${cmd_care_backup_at}" default:"17:30" placeholder:"HH:MM"`
	Keep     int            `name:"backup-keep" help:"${cmd_care_keep}" default:"14"`
	Site     string         `help:"${cmd_care_site}" placeholder:"https://…"`
	Host     string         `name:"smtp-host" help:"${cmd_care_smtp}" placeholder:"HOST"`
	Port     int            `name:"smtp-port" help:"${cmd_care_smtp_port}" default:"587"`
	User     string         `name:"smtp-user" help:"${cmd_care_smtp_user}"`
	Password string         `name:"smtp-password" help:"${cmd_care_smtp_password}" env:"LIENKET_SMTP_PASSWORD"`
	From     string         `name:"smtp-from" help:"${cmd_care_smtp_from}" placeholder:"ADDRESS"`
	HookNets []netip.Prefix `name:"webhook-allow" help:"${cmd_care_webhook}" placeholder:"NETWORK"`
	TLS      string         `name:"smtp-tls" help:"${cmd_care_smtp_tls}" enum:"starttls,tls,none" default:"starttls"`
}

func (c careFlags) care(database string) app.CareConfig {
	if c.From == "" && c.Host != "" {
		c.From = "lienket@" + c.Host
	}
	return app.CareConfig{
		URL: database, Backups: c.Backups, BackupAt: c.BackupAt, Keep: c.Keep, Site: strings.TrimSuffix(c.Site, "/"), HookNets: c.HookNets,
		Mail: notify.SMTP{Host: c.Host, Port: c.Port, User: c.User, Password: c.Password, From: c.From, TLS: c.TLS},
	}
}
