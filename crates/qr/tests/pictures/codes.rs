//! Codes that must be read, as screens, themes and hands make them.

use image::imageops::{FilterType, blur, flip_horizontal, invert, resize, rotate90};
use image::{ImageFormat, Rgba, RgbaImage};

use crate::draw::{Style, URI, USUAL, code, file, grey, page, put, read, read_file};

const OTHER: &str = "otpauth://totp/GitHub:octocat?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";

fn on_a_page(picture: &RgbaImage) -> RgbaImage {
    let mut page = page(640, 480, 255);
    put(&mut page, picture, 60, 100);
    page
}

#[track_caller]
fn reads(picture: &RgbaImage, texts: &[&str]) {
    assert_eq!(read(picture).unwrap(), texts);
}

#[test]
fn a_code_on_a_page_is_read() {
    reads(&on_a_page(&code(URI, USUAL)), &[URI]);
}

#[test]
fn light_modules_on_dark_ground_are_read() {
    let mut picture = on_a_page(&code(URI, USUAL));
    invert(&mut picture);
    reads(&picture, &[URI]);
}

#[test]
fn pale_and_coloured_codes_are_read() {
    for (ink, paper) in [
        (grey(112), grey(142)),
        (grey(120), grey(135)),
        (grey(240), grey(255)),
        ([255, 153, 0, 255], grey(255)),
        ([255, 230, 0, 255], grey(255)),
        (grey(0), [60, 0, 0, 255]),
        (grey(0), [0, 0, 120, 255]),
    ] {
        reads(&on_a_page(&code(URI, Style { ink, paper, ..USUAL })), &[URI]);
    }
}

#[test]
fn a_code_on_clear_ground_lies_on_white() {
    let paper = [0, 0, 0, 0];
    reads(&code(URI, Style { paper, ..USUAL }), &[URI]);
}

#[test]
fn small_large_and_uneven_codes_are_read() {
    let picture = code(URI, USUAL);
    for percent in [45, 66, 80, 130, 400, 1200] {
        let side = picture.width() * percent / 100;
        reads(&resize(&picture, side, side, FilterType::Triangle), &[URI]);
    }
    let side = picture.width() * 66 / 100;
    reads(&resize(&picture, side, side, FilterType::Nearest), &[URI]);
}

#[test]
fn turned_mirrored_blurred_and_speckled_codes_are_read() {
    let picture = on_a_page(&code(URI, USUAL));
    reads(&rotate90(&picture), &[URI]);
    reads(&flip_horizontal(&picture), &[URI]);
    reads(&blur(&picture, 2.0), &[URI]);
    let mut speckled = picture;
    let mut dice = 1_u32;
    for pixel in speckled.pixels_mut() {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match dice >> 24 {
            0..5 => *pixel = Rgba(grey(0)),
            5..10 => *pixel = Rgba(grey(255)),
            _ => {}
        }
    }
    reads(&speckled, &[URI]);
}

#[test]
fn two_codes_are_both_read_in_reading_order() {
    let (usual, other) = (code(URI, USUAL), code(OTHER, USUAL));
    for (at, texts) in [
        ([(40, 100), (400, 120)], [URI, OTHER]),
        ([(400, 120), (40, 100)], [OTHER, URI]),
        ([(40, 300), (300, 20)], [OTHER, URI]),
    ] {
        let mut page = page(700, 600, 255);
        put(&mut page, &usual, at[0].0, at[0].1);
        put(&mut page, &other, at[1].0, at[1].1);
        reads(&page, &texts);
    }
}

#[test]
fn a_second_code_in_another_style_is_not_overlooked() {
    for (ink, paper) in [(grey(255), grey(0)), (grey(112), grey(142))] {
        let mut page = page(700, 400, 255);
        put(&mut page, &code(URI, USUAL), 40, 60);
        put(&mut page, &code(OTHER, Style { ink, paper, ..USUAL }), 400, 60);
        reads(&page, &[URI, OTHER]);
    }
}

#[test]
fn the_same_code_twice_is_one_text() {
    let mut page = page(700, 400, 255);
    put(&mut page, &code(URI, USUAL), 40, 60);
    put(&mut page, &code(URI, USUAL), 400, 60);
    reads(&page, &[URI]);
}

#[test]
fn texts_arrive_as_they_are() {
    for text in [
        "WIFI:T:WPA;S:guest;P:hello;;",
        "OTPAUTH://TOTP/A?SECRET=MZXW6YTB",
        "otpauth://totp/Bärbel:日本?secret=MZXW6YTB",
        "7",
    ] {
        reads(&code(text, USUAL), &[text]);
    }
}

#[test]
fn every_format_is_read() {
    let picture = on_a_page(&code(URI, USUAL));
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Bmp,
    ] {
        assert_eq!(read_file(&file(&picture, format)).unwrap(), [URI], "{format:?}");
    }
}
