"""The kinds of channels by which messages leave; each is a file here, and an entry of CHANNELS."""

from collections.abc import Mapping

from hotspot.alerts.channels import email, other, telegram, webhook, whatsapp
from hotspot.alerts.channels.channel import Channel, ChannelError, Field, Outgoing, merged

__all__ = ["CHANNELS", "Channel", "ChannelError", "Field", "Outgoing", "merged"]

CHANNELS: Mapping[str, Channel] = {
    channel.kind: channel
    for channel in (email.CHANNEL, telegram.CHANNEL, whatsapp.CHANNEL, webhook.CHANNEL, other.CHANNEL)
}
