# For scenarios that poll a directory. Bash; source it after follow.sh.

gateway_options() {
	echo -H "$SERVER_URI" -b "$SERVER_BASE" -D "$SERVER_GATEWAY" -y "$scratch/password" -K poll "${poll_options[@]}"
}
poll_options=(-i 100 -I 250 -o 1000)

# A server that is polled need not say how far it has come: until what is published is as it was after this.
follow_catch_up() { ask prove 10000 | sed 's/^ok$/reached/'; }
