# udp-encap.pl PORT: has this kernel take ESP out of the UDP datagrams for a port (RFC 3948; udp(7), UDP_ENCAP), over IPv4
# and IPv6. It holds the sockets in the background until it is killed; when they are held already, it does nothing.
# In Perl and without its modules, because it runs in guests: to start Python there takes seconds.
use strict;
use warnings;

my ($AF_INET, $AF_INET6, $SOCK_DGRAM, $IPPROTO_UDP, $IPPROTO_IPV6) = (2, 10, 2, 17, 41);
my ($IPV6_V6ONLY, $UDP_ENCAP, $UDP_ENCAP_ESPINUDP, $EADDRINUSE) = (26, 100, 2, 98);
my $port = shift;

my @addresses = (
  [$AF_INET, pack('S n x4 x8', $AF_INET, $port)],
  [$AF_INET6, pack('S n x4 x16 x4', $AF_INET6, $port)],
);
my @holders;
for (@addresses) {
  my ($family, $any) = @$_;
  socket(my $holder, $family, $SOCK_DGRAM, $IPPROTO_UDP) or die "socket: $!\n";
  setsockopt($holder, $IPPROTO_IPV6, $IPV6_V6ONLY, pack('i', 1)) or die "IPV6_V6ONLY: $!\n" if $family == $AF_INET6;
  setsockopt($holder, $IPPROTO_UDP, $UDP_ENCAP, pack('i', $UDP_ENCAP_ESPINUDP)) or die "UDP_ENCAP: $!\n";
  if (!bind($holder, $any)) {
    exit 0 if $! == $EADDRINUSE;
    die "bind: $!\n";
  }
  push @holders, $holder;
}
exit 0 if fork;
close $_ for *STDIN, *STDOUT, *STDERR;
sleep;
