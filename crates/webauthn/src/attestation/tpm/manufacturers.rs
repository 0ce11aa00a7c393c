//! Who makes TPMs.

/// TCG's "TPM Vendor ID Registry": four ASCII characters each, in hex as they stand in
/// certificates.
pub(super) const MANUFACTURERS: [&str; 26] = [
    "414D4400", // AMD
    "414E5400", // Ant Group
    "41544D4C", // Atmel
    "4252434D", // Broadcom
    "4353434F", // Cisco
    "464C5953", // FlySlice
    "474F4F47", // Google
    "48495349", // HiSilicon
    "48504500", // HPE
    "48504900", // HPI
    "49424D00", // IBM
    "49465800", // Infineon
    "494E5443", // Intel
    "4C454E00", // Lenovo
    "4D534654", // Microsoft
    "4E534D20", // National Semiconductor
    "4E544300", // Nuvoton
    "4E545A00", // Nationz
    "51434F4D", // Qualcomm
    "524F4343", // Rockchip
    "534D5343", // SMSC
    "534D534E", // Samsung
    "534E5300", // Sinosun
    "53544D20", // STMicroelectronics
    "54584E00", // Texas Instruments
    "57454300", // Winbond
];
